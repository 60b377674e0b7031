// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DailyLimit} from "../contracts/libraries/DailyLimit.sol";
import {AnySettle} from "./standIns/AnySettle.sol";
import {Casts} from "./standIns/Casts.sol";
import {Guards} from "./standIns/Guards.sol";

/// @notice Under a limit of the pool `settleFromPool` counts every settlement in full, and time gives back at most limit × seconds / 1
/// day.
/// @dev Assumed: time does not go back and has 32 bits.
contract PoolCountsEveryDraw is AnySettle, Casts, Guards {
    // source: Account SettlementRefused _pool NO_LIMIT defaultDailyLimit platformWallet _load _store settleFromPool
    // pool: account
    // casts: uint80 uint56 uint32

    function prove(BatchEntry calldata entry) external {
        require(_pool.drawnAt <= block.timestamp && block.timestamp <= type(uint32).max);
        (uint256 was, uint256 limit, uint256 taken) = (_pool.drawn, _pool.dailyLimit, _taken);
        uint256 given = limit * (block.timestamp - _pool.drawnAt);
        settleFromPool(
            entry.sessionId,
            entry.from,
            entry.to,
            entry.ratePerSecond,
            entry.chargeableSeconds,
            entry.toAmount,
            entry.feeAmount
        );
        // In uint256, where nothing overflows: an overflow would revert, and so hide a violation.
        (uint256 has, uint256 total) = (_pool.drawn, _taken - taken);
        require(limit != 0);
        assert(has <= limit && _pool.drawnAt == block.timestamp);
        assert(has * 1 days + given >= (was + total) * 1 days);
        // witness: total == 1 && limit == 1 && given == 0
    }
}
