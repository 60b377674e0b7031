// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILuxxonSettlement} from "../../contracts/interfaces/ILuxxonSettlement.sol";
import {Stage} from "./Stage.sol";

/// @title Model
/// @notice What the rules say, a second time and without a thought for gas: it names the one outcome that each call must
/// have, so that a revert is never just "some revert".
abstract contract Model is Stage {
    /// @dev What is known of a consumer, or of the pool as a whole.
    struct Book {
        uint256 balance;
        uint256 ownLimit;
        uint256 drawn;
        uint256 drawnAt;
        uint256 heldUntil;
    }

    mapping(address consumer => Book book) internal bookOf;
    Book internal poolBook;
    mapping(bytes32 id => bool yes) internal isSettled;
    mapping(address payee => uint256 amount) internal owed;

    uint256 internal defaultLimit;
    address internal relayer;
    address internal guardian;
    address internal owner;
    address internal pendingOwner;
    address internal platform;
    bool internal paused;

    function _startModel() internal {
        relayer = relayers[0];
        guardian = guardians[0];
        owner = owners[0];
        platform = platforms[0];
    }

    /// @dev The limit that holds for a consumer, µUSDC a day; 0: none.
    function _limitOf(address consumer) internal view returns (uint256) {
        uint256 own = bookOf[consumer].ownLimit;
        return own == 0 ? defaultLimit : own;
    }

    /// @dev Whether a consumer has promised to stay, and still must.
    function _isHeld(address consumer) internal view returns (bool) {
        return !paused && clock < bookOf[consumer].heldUntil;
    }

    /// @dev What is left in a bucket of what was drawn.
    function _leftIn(Book memory book, uint256 limit) private view returns (uint256) {
        uint256 refilled = (limit * (clock - book.drawnAt)) / 86_400;
        return refilled > book.drawn ? 0 : book.drawn - refilled;
    }

    function _roomIn(Book memory book, uint256 limit) internal view returns (uint256) {
        if (limit == 0) return type(uint256).max;
        uint256 left = _leftIn(book, limit);
        return left > limit ? 0 : limit - left;
    }

    /// @dev The first of the ten rules that refuses an entry now.
    function _judge(ILuxxonSettlement.BatchEntry memory e) internal view returns (ILuxxonSettlement.Refusal) {
        if (isSettled[e.sessionId]) return ILuxxonSettlement.Refusal.AlreadySettled;
        if (e.to == address(0) || e.to == address(settlement)) return ILuxxonSettlement.Refusal.InvalidPayee;
        if (e.toAmount == 0 && e.feeAmount == 0) return ILuxxonSettlement.Refusal.ZeroAmount;
        if (e.ratePerSecond > 1_000_000) return ILuxxonSettlement.Refusal.RateTooHigh;
        if (e.chargeableSeconds > 86_400) return ILuxxonSettlement.Refusal.TooManySeconds;
        // Above this no sum of the two could be within the meter, and below it nothing overflows.
        if (e.toAmount >= 1 << 128 || e.feeAmount >= 1 << 128) return ILuxxonSettlement.Refusal.MeterExceeded;
        uint256 total = e.toAmount + e.feeAmount;
        if (total > e.ratePerSecond * e.chargeableSeconds) return ILuxxonSettlement.Refusal.MeterExceeded;
        if (e.feeAmount * 10_000 > total * 3_000) return ILuxxonSettlement.Refusal.FeeTooHigh;
        Book memory book = bookOf[e.from];
        if (book.balance < total) return ILuxxonSettlement.Refusal.InsufficientPool;
        uint256 limit = _limitOf(e.from);
        if (limit != 0 && _leftIn(book, limit) + total > limit) return ILuxxonSettlement.Refusal.DailyLimitExceeded;
        limit = poolBook.ownLimit;
        if (limit != 0 && _leftIn(poolBook, limit) + total > limit) return ILuxxonSettlement.Refusal.PoolLimitExceeded;
        return ILuxxonSettlement.Refusal.None;
    }

    /// @dev Settles an entry that no rule refuses.
    function _settleInModel(ILuxxonSettlement.BatchEntry memory e) internal {
        uint256 total = e.toAmount + e.feeAmount;
        isSettled[e.sessionId] = true;
        _draw(bookOf[e.from], _limitOf(e.from), total);
        _draw(poolBook, poolBook.ownLimit, total);
    }

    function _draw(Book storage book, uint256 limit, uint256 amount) private {
        book.balance -= amount;
        if (limit == 0) return;
        book.drawn = _leftIn(book, limit) + amount;
        book.drawnAt = clock;
    }

    /* WHAT USDC SAYS */

    /// @dev The error with which USDC refuses a transfer by the contract; empty if it does not.
    function _refusalOfTransfer(address to, uint256 amount) internal view returns (bytes memory) {
        if (USDC.paused()) return _usdcError("Pausable: paused");
        if (USDC.isBlacklisted(address(settlement)) || USDC.isBlacklisted(to)) {
            return _usdcError("Blacklistable: account is blacklisted");
        }
        if (to == address(0)) return _usdcError("ERC20: transfer to the zero address");
        if (amount > USDC.balanceOf(address(settlement))) return _usdcError("ERC20: transfer amount exceeds balance");
        return "";
    }

    /// @dev The error with which USDC refuses to let the contract pull from `payer`; empty if it does not.
    function _refusalOfPull(address payer, uint256 amount, uint256 allowance) internal view returns (bytes memory) {
        if (USDC.paused()) return _usdcError("Pausable: paused");
        if (USDC.isBlacklisted(address(settlement)) || USDC.isBlacklisted(payer)) {
            return _usdcError("Blacklistable: account is blacklisted");
        }
        if (amount > allowance) return _usdcError("ERC20: transfer amount exceeds allowance");
        if (amount > USDC.balanceOf(payer)) return _usdcError("ERC20: transfer amount exceeds balance");
        return "";
    }

    function _usdcError(string memory text) internal pure returns (bytes memory) {
        return abi.encodeWithSignature("Error(string)", text);
    }
}
