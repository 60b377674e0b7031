// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Casts} from "./standIns/Casts.sol";
import {Guards} from "./standIns/Guards.sol";

/// @notice A consumer's own limit can be lowered unless a hold of its own runs and the contract is not paused, and can always
/// be raised. What is set is what is stored, and the hold stands.
/// @dev Assumed: the limit has 56 bits (SafeCast).
contract HoldKeepsLimit is Casts, Guards {
    // source: Account DailyLimitSet _accounts setDailyLimit _isHeld
    // keyed: account
    // guards: noted
    // casts: toUint56

    function prove(uint56 limit) external {
        uint256 limitBefore = _accounts[msg.sender].dailyLimit;
        uint256 held = _accounts[msg.sender].heldUntil;
        bool isHeld = held > block.timestamp && !_isPaused;
        (_refused, _cutOff) = (false, false);
        setDailyLimit(limit);
        assert(_refused == (isHeld && limit < limitBefore));
        assert(_accounts[msg.sender].dailyLimit == limit && _accounts[msg.sender].heldUntil == held && !_cutOff);
        // witness: isHeld && limit < limitBefore
        // witness: isHeld && limit > limitBefore
        // witness: !isHeld && limit < limitBefore
    }
}
