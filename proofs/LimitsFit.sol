// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Casts} from "./standIns/Casts.sol";

/// @notice The default limit and the pool's are what they were set to, and have 56 bits: what is drawn under them fits an
/// account.
contract LimitsFit is Casts {
    // source: Account DefaultDailyLimitSet PoolDailyLimitSet _pool defaultDailyLimit
    // source: _setDefaultDailyLimit _setPoolDailyLimit
    // casts: toUint56

    function prove(uint64 defaultLimit, uint64 poolLimit) external {
        _cutOff = false;
        _setDefaultDailyLimit(defaultLimit);
        _setPoolDailyLimit(poolLimit);
        assert(defaultDailyLimit == defaultLimit && defaultDailyLimit <= type(uint56).max);
        assert(_pool.dailyLimit == poolLimit);
        assert(!_cutOff);
    }
}
