// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Casts} from "./standIns/Casts.sol";
import {Pause} from "./standIns/Pause.sol";

/// @dev Stands for USDC: what it does is not this property, and the reentrancy guard keeps it from calling back.
library Token {
    function safeTransfer(address, address, uint256) internal pure {}
}

/// @notice A withdrawal takes the same amount from the caller and from the total, and no more than the caller owns. It
/// leaves the caller's limit, its bucket and its hold.
contract WithdrawalMovesBoth is Casts, Pause {
    using Token for address;

    // source: Account Withdrawn HeldUntil ZeroAmount InsufficientBalance _pool _accounts _withdraw _isHeld deposits
    // keyed: account
    // casts: uint80

    address private immutable _USDC = address(1);
    function prove(uint256 amount) external {
        _cutOff = false;
        uint256 total = _pool.balance;
        uint256 owned = deposits(msg.sender);
        Account memory before = _accounts[msg.sender];
        _withdraw(amount);
        Account memory afterwards = _accounts[msg.sender];
        assert(amount <= total && _pool.balance == total - amount);
        assert(amount <= owned && deposits(msg.sender) == owned - amount && amount != 0);
        assert(afterwards.dailyLimit == before.dailyLimit && afterwards.heldUntil == before.heldUntil);
        assert(afterwards.drawn == before.drawn && afterwards.drawnAt == before.drawnAt);
        assert(!_cutOff);
    }
}
