// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {StorageSlot} from "@openzeppelin/contracts/utils/StorageSlot.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

/// @title TestSafe
/// @notice As much of Safe 1.4.1 as it takes to sign and to execute: `threshold` of the owners sign a plain call, as the
/// EIP-712 data that a real Safe asks for, and anybody executes it.
/// @dev A guard is kept and not asked. No delegate calls, refunds, contract signatures or approved hashes.
contract TestSafe {
    string public constant VERSION = "1.4.1";

    bytes32 private constant _DOMAIN_TYPEHASH = keccak256("EIP712Domain(uint256 chainId,address verifyingContract)");
    bytes32 private constant _SAFE_TX_TYPEHASH = keccak256(
        "SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)"
    );
    uint256 private constant _SIGNATURE_SIZE = 65;
    /// Where a real Safe keeps its guard.
    bytes32 private constant _GUARD_SLOT = keccak256("guard_manager.guard.address");
    /// Begins and ends a real Safe's list of modules.
    address private constant _SENTINEL = address(1);

    uint256 public nonce;
    uint256 public getThreshold;
    address[] private _owners;
    address[] private _modules;
    mapping(address account => bool yes) public isOwner;

    event ExecutionSuccess(bytes32 indexed txHash, uint256 payment);
    event ChangedThreshold(uint256 threshold);

    error InvalidThreshold(uint256 threshold);
    error InvalidOwner(address owner);
    error NotSelf(address caller);
    error NotModule(address caller);
    /// More than a plain call was asked for.
    error Unsupported();
    error TooFewSignatures(uint256 given, uint256 needed);
    /// Not by an owner, or not in ascending order.
    error InvalidSigner(address signer);

    constructor(address[] memory owners, uint256 threshold) {
        for (uint256 i = 0; i < owners.length; ++i) {
            require(owners[i] != address(0) && !isOwner[owners[i]], InvalidOwner(owners[i]));
            isOwner[owners[i]] = true;
        }
        _owners = owners;
        _setThreshold(threshold);
    }

    /// @notice Only the Safe itself, by a transaction that its owners have signed.
    function changeThreshold(uint256 threshold) external {
        require(msg.sender == address(this), NotSelf(msg.sender));
        _setThreshold(threshold);
    }

    /// @notice Only the Safe itself. From then on the module executes what it likes, without a signature.
    function enableModule(address module) external {
        require(msg.sender == address(this), NotSelf(msg.sender));
        _modules.push(module);
    }

    /// @notice Only the Safe itself.
    function setGuard(address guard) external {
        require(msg.sender == address(this), NotSelf(msg.sender));
        StorageSlot.getAddressSlot(_GUARD_SLOT).value = guard;
    }

    function execTransactionFromModule(
        address to,
        uint256 value,
        bytes calldata data,
        uint8 operation
    ) external returns (bool success) {
        bool isModule = false;
        for (uint256 i = 0; i < _modules.length; ++i) isModule = isModule || _modules[i] == msg.sender;
        require(isModule, NotModule(msg.sender));
        require(operation == 0, Unsupported());
        Address.functionCallWithValue(to, data, value);
        return true;
    }

    function execTransaction(
        address to,
        uint256 value,
        bytes calldata data,
        uint8 operation,
        uint256 safeTxGas,
        uint256 baseGas,
        uint256 gasPrice,
        address gasToken,
        address refundReceiver,
        bytes calldata signatures
    ) external payable returns (bool success) {
        bool plain = operation == 0 && safeTxGas == 0 && baseGas == 0 && gasPrice == 0;
        require(plain && gasToken == address(0) && refundReceiver == address(0), Unsupported());
        bytes32 hash = getTransactionHash(to, value, data, nonce);
        ++nonce;
        _checkSignatures(hash, signatures);
        Address.functionCallWithValue(to, data, value);
        emit ExecutionSuccess(hash, 0);
        return true;
    }

    /// @dev Gives all of them at once, whatever was asked for.
    function getModulesPaginated(address, uint256) external view returns (address[] memory modules, address next) {
        return (_modules, _SENTINEL);
    }

    function getOwners() external view returns (address[] memory owners) {
        return _owners;
    }

    function getTransactionHash(
        address to,
        uint256 value,
        bytes calldata data,
        uint256 ofNonce
    ) public view returns (bytes32 hash) {
        bytes32 message = keccak256(
            abi.encode(
                _SAFE_TX_TYPEHASH,
                to,
                value,
                keccak256(data),
                uint8(0),
                uint256(0),
                uint256(0),
                uint256(0),
                address(0),
                address(0),
                ofNonce
            )
        );
        bytes32 domain = keccak256(abi.encode(_DOMAIN_TYPEHASH, block.chainid, address(this)));
        return MessageHashUtils.toTypedDataHash(domain, message);
    }

    function _setThreshold(uint256 threshold) private {
        require(threshold != 0 && threshold <= _owners.length, InvalidThreshold(threshold));
        getThreshold = threshold;
        emit ChangedThreshold(threshold);
    }

    function _checkSignatures(bytes32 hash, bytes calldata signatures) private view {
        uint256 given = signatures.length / _SIGNATURE_SIZE;
        require(given >= getThreshold, TooFewSignatures(given, getThreshold));
        address last = address(0);
        for (uint256 i = 0; i < getThreshold; ++i) {
            bytes calldata signature = signatures[i * _SIGNATURE_SIZE:(i + 1) * _SIGNATURE_SIZE];
            address signer = ECDSA.recoverCalldata(hash, signature);
            require(signer > last && isOwner[signer], InvalidSigner(signer));
            last = signer;
        }
    }
}
