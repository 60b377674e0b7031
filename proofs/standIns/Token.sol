// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Stands for USDC, as far as the contract's own money goes. A transfer that must not fail does not; one that may fail
/// does as it likes. That the token cannot call back rests on the reentrancy guard.
abstract contract Token {
    /// @dev What each account was sent, and what this contract holds, µUSDC.
    mapping(address account => uint256 amount) internal _received;
    uint256 internal _held;

    mapping(uint256 time => bool isWilling) private _isWilling;
    uint256 private _times;

    function _safeTransfer(address to, uint256 amount) internal {
        require(amount <= _held);
        _held -= amount;
        _received[to] += amount;
    }

    function _trySafeTransfer(address to, uint256 amount) internal returns (bool) {
        unchecked {
            if (!_isWilling[++_times]) return false;
        }
        _safeTransfer(to, amount);
        return true;
    }

    function _safeTransferFrom(address, address, uint256 amount) internal {
        _held += amount;
    }

    function _balanceOf(address) internal view returns (uint256) {
        return _held;
    }
}
