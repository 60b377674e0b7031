// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Casts} from "./standIns/Casts.sol";
import {Pause} from "./standIns/Pause.sol";

/// @dev Stands for USDC: what it does is not this property, and the reentrancy guard keeps it from calling back.
library Token {
    function safeTransfer(address, address, uint256) internal pure {}
}

/// @notice A withdrawal changes no account but the caller's.
contract WithdrawalTouchesNobodyElse is Casts, Pause {
    using Token for address;

    // source: Account Withdrawn HeldUntil ZeroAmount InsufficientBalance _pool _accounts _withdraw _isHeld
    // keyed: account
    // casts: uint80

    address private immutable _USDC = address(1);
    function prove(uint256 amount, address other) external {
        _cutOff = false;
        require(other != msg.sender);
        Account memory before = _accounts[other];
        _withdraw(amount);
        Account memory afterwards = _accounts[other];
        assert(afterwards.balance == before.balance && afterwards.dailyLimit == before.dailyLimit);
        assert(afterwards.drawn == before.drawn && afterwards.drawnAt == before.drawnAt);
        assert(afterwards.heldUntil == before.heldUntil);
        assert(!_cutOff);
    }
}
