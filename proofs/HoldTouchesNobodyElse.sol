// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Casts} from "./standIns/Casts.sol";
import {Math} from "./standIns/Math.sol";

/// @notice A hold changes no account but its consumer's, and nothing of the pool: nobody can hold another's pool.
contract HoldTouchesNobodyElse is Casts {
    // source: Account Held HoldTooLong HoldNotLater HoldNeedsLimit MAX_HOLD _pool _accounts hold
    // keyed: account
    // casts: toUint32

    function prove(uint64 until, address other) external {
        require(other != msg.sender);
        Account memory before = _accounts[other];
        Account memory poolBefore = _pool;
        hold(until);
        Account memory afterwards = _accounts[other];
        assert(afterwards.balance == before.balance && afterwards.dailyLimit == before.dailyLimit);
        assert(afterwards.drawn == before.drawn && afterwards.drawnAt == before.drawnAt);
        assert(afterwards.heldUntil == before.heldUntil);
        assert(_pool.balance == poolBefore.balance && _pool.dailyLimit == poolBefore.dailyLimit);
        assert(_pool.drawn == poolBefore.drawn && _pool.drawnAt == poolBefore.drawnAt);
    }
}
