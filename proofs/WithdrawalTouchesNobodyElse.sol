// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Stands for USDC: what it does is not this property, and the reentrancy guard keeps it from calling back.
library Token {
    function safeTransfer(address, address, uint256) internal pure {}
}

/// @notice A withdrawal changes no balance but the caller's.
contract WithdrawalTouchesNobodyElse {
    using Token for address;

    // source: Account Withdrawn ZeroAmount InsufficientBalance _pool _accounts _withdraw deposits
    // casts: uint88

    address private immutable _USDC = address(1);
    // The value that a cast keeps: arbitrary, then assumed equal to the one that was shown to fit.
    mapping(uint256 value => uint88 same) private _88;

    function _uint88(uint256 value) private view returns (uint88) {
        assert(value <= type(uint88).max);
        require(_88[value] == value);
        return _88[value];
    }

    function prove(uint256 amount, address other) external {
        require(other != msg.sender);
        uint256 owned = deposits(other);
        _withdraw(amount);
        assert(deposits(other) == owned);
    }
}
