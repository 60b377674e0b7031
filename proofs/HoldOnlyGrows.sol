// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Casts} from "./standIns/Casts.sol";
import {Math} from "./standIns/Math.sol";

/// @notice A hold ends when its consumer says, later than the hold that stood, later than now and at most a day from now, so
/// none is ever shortened. It needs a limit of the consumer's own, and changes nothing else of the account.
contract HoldOnlyGrows is Casts {
    // source: Account Held HoldTooLong HoldNotLater HoldNeedsLimit MAX_HOLD _accounts hold
    // keyed: account
    // casts: toUint32

    function prove(uint64 until) external {
        Account memory before = _accounts[msg.sender];
        _cutOff = false;
        hold(until);
        Account memory afterwards = _accounts[msg.sender];
        assert(afterwards.heldUntil == until && until > before.heldUntil);
        assert(until > block.timestamp && until - block.timestamp <= 1 days);
        assert(afterwards.dailyLimit == before.dailyLimit && before.dailyLimit != 0);
        assert(afterwards.balance == before.balance);
        assert(afterwards.drawn == before.drawn && afterwards.drawnAt == before.drawnAt);
        assert(!_cutOff);
        // witness: before.heldUntil > block.timestamp
        // witness: before.heldUntil == 0
    }
}
