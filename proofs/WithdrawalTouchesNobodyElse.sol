// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Casts} from "./standIns/Casts.sol";

/// @dev Stands for USDC: what it does is not this property, and the reentrancy guard keeps it from calling back.
library Token {
    function safeTransfer(address, address, uint256) internal pure {}
}

/// @notice A withdrawal changes no balance but the caller's.
contract WithdrawalTouchesNobodyElse is Casts {
    using Token for address;

    // source: Account Withdrawn ZeroAmount InsufficientBalance _pool _accounts _withdraw deposits
    // casts: uint88

    address private immutable _USDC = address(1);
    function prove(uint256 amount, address other) external {
        _cutOff = false;
        require(other != msg.sender);
        uint256 owned = deposits(other);
        _withdraw(amount);
        assert(deposits(other) == owned);
        assert(!_cutOff);
    }
}
