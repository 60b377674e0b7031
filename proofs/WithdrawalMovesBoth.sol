// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Casts} from "./standIns/Casts.sol";

/// @dev Stands for USDC: what it does is not this property, and the reentrancy guard keeps it from calling back.
library Token {
    function safeTransfer(address, address, uint256) internal pure {}
}

/// @notice A withdrawal takes the same amount from the caller and from the total, and no more than the caller owns.
contract WithdrawalMovesBoth is Casts {
    using Token for address;

    // source: Account Withdrawn ZeroAmount InsufficientBalance _pool _accounts _withdraw deposits
    // casts: uint88

    address private immutable _USDC = address(1);
    function prove(uint256 amount) external {
        _cutOff = false;
        uint256 total = _pool.balance;
        uint256 owned = deposits(msg.sender);
        _withdraw(amount);
        assert(amount <= total && _pool.balance == total - amount);
        assert(amount <= owned && deposits(msg.sender) == owned - amount && amount != 0);
        assert(!_cutOff);
    }
}
