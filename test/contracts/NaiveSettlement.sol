// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

import {ILuxxonSettlement} from "../../contracts/interfaces/ILuxxonSettlement.sol";

/// @title NaiveSettlement
/// @notice The same job as one would first write it: a bool for each session and two transfers for each session. It has no
/// limits, no counters, no credits, and one bad entry reverts a whole batch. It is what the gas of LuxxonSettlement is
/// measured against.
contract NaiveSettlement is Ownable2Step, Pausable, ReentrancyGuard {
    using SafeERC20 for IERC20;

    event Deposited(address indexed consumer, uint256 amount);
    event Withdrawn(address indexed consumer, uint256 amount);

    error NotRelayer();
    error AlreadySettled();
    error MeterExceeded();
    error InsufficientPool();

    IERC20 private immutable USDC;
    address public relayer;
    address public platformWallet;
    mapping(address consumer => uint256 amount) public deposits;
    mapping(bytes32 sessionId => bool done) public settled;

    constructor(IERC20 usdc, address owner_, address relayer_, address platformWallet_) Ownable(owner_) {
        USDC = usdc;
        relayer = relayer_;
        platformWallet = platformWallet_;
    }

    modifier onlyRelayer() {
        require(msg.sender == relayer, NotRelayer());
        _;
    }

    function deposit(uint256 amount) external whenNotPaused nonReentrant {
        deposits[msg.sender] += amount;
        emit Deposited(msg.sender, amount);
        USDC.safeTransferFrom(msg.sender, address(this), amount);
    }

    function depositFor(address consumer, uint256 amount) external whenNotPaused nonReentrant {
        deposits[consumer] += amount;
        emit Deposited(consumer, amount);
        USDC.safeTransferFrom(msg.sender, address(this), amount);
    }

    function withdraw(uint256 amount) external nonReentrant {
        deposits[msg.sender] -= amount;
        emit Withdrawn(msg.sender, amount);
        USDC.safeTransfer(msg.sender, amount);
    }

    function settleFromPool(
        bytes32 sessionId,
        address from,
        address to,
        uint256 ratePerSecond,
        uint256 chargeableSeconds,
        uint256 toAmount,
        uint256 feeAmount
    ) external onlyRelayer whenNotPaused nonReentrant {
        _settle(
            ILuxxonSettlement.BatchEntry(sessionId, from, to, ratePerSecond, chargeableSeconds, toAmount, feeAmount)
        );
    }

    function settleBatch(
        ILuxxonSettlement.BatchEntry[] calldata entries
    ) external onlyRelayer whenNotPaused nonReentrant {
        for (uint256 i = 0; i < entries.length; ++i) _settle(entries[i]);
    }

    function _settle(ILuxxonSettlement.BatchEntry memory entry) private {
        require(!settled[entry.sessionId], AlreadySettled());
        uint256 total = entry.toAmount + entry.feeAmount;
        require(total <= entry.ratePerSecond * entry.chargeableSeconds, MeterExceeded());
        require(total <= deposits[entry.from], InsufficientPool());
        settled[entry.sessionId] = true;
        deposits[entry.from] -= total;
        emit ILuxxonSettlement.Settled(
            entry.sessionId,
            entry.from,
            entry.to,
            entry.toAmount,
            entry.feeAmount,
            entry.ratePerSecond,
            entry.chargeableSeconds
        );
        USDC.safeTransfer(entry.to, entry.toAmount);
        USDC.safeTransfer(platformWallet, entry.feeAmount);
    }
}
