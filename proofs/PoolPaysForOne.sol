// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DailyLimit} from "../contracts/libraries/DailyLimit.sol";
import {AnySettle} from "./standIns/AnySettle.sol";
import {Casts} from "./standIns/Casts.sol";
import {Guards} from "./standIns/Guards.sol";

/// @notice By `settleFromPool` the total falls by what the consumer is charged, and nothing of it is cut off.
/// @dev Assumed: time does not go back and has 32 bits.
contract PoolPaysForOne is AnySettle, Casts, Guards {
    // source: Account SettlementRefused _pool NO_LIMIT defaultDailyLimit platformWallet _load _store settleFromPool
    // pool: account
    // casts: uint80 uint56 uint32

    function prove(BatchEntry calldata entry) external {
        require(_pool.drawnAt <= block.timestamp && block.timestamp <= type(uint32).max);
        (uint256 total, uint256 limit, uint256 taken) = (_pool.balance, _pool.dailyLimit, _taken);
        _cutOff = false;
        settleFromPool(
            entry.sessionId,
            entry.from,
            entry.to,
            entry.ratePerSecond,
            entry.chargeableSeconds,
            entry.toAmount,
            entry.feeAmount
        );
        uint256 charged = _taken - taken;
        assert(charged <= total && _pool.balance == total - charged && _pool.dailyLimit == limit);
        assert(!_cutOff);
        // witness: charged == 1 && limit == 0
        // witness: charged == 1 && limit == 1
    }
}
