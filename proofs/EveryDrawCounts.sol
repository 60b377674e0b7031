// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Settling} from "./standIns/Settling.sol";

/// @notice Under a daily limit every settlement is counted in full, and time gives back at most limit × seconds / 1 day.
/// @dev Assumed: time does not go back and has 32 bits; the default limit has 56 (`LimitsFit`).
contract EveryDrawCounts is Settling {
    function prove(BatchEntry calldata entry, uint56 defaultLimit, uint256 poolRoom) external {
        require(_accounts[entry.from].drawnAt <= block.timestamp && block.timestamp <= type(uint32).max);
        Account memory before = _accounts[entry.from];
        uint256 limit = before.dailyLimit == 0 ? defaultLimit : before.dailyLimit;
        uint256 given = limit * (block.timestamp - before.drawnAt);
        (Refusal refusal, uint256 total) = _settle(
            entry.sessionId,
            entry.from,
            entry.to,
            entry.ratePerSecond,
            entry.chargeableSeconds,
            entry.toAmount,
            entry.feeAmount,
            defaultLimit,
            poolRoom
        );
        Account memory afterwards = _accounts[entry.from];
        if (refusal == Refusal.None && limit != 0) {
            assert(afterwards.drawn <= limit && afterwards.drawnAt == block.timestamp);
            // In uint256, where nothing overflows: an overflow would revert, and so hide a violation.
            (uint256 was, uint256 has) = (before.drawn, afterwards.drawn);
            assert(has * 1 days + given >= (was + total) * 1 days);
        }
        // witness: total == 1 && limit == 1 && given == 0
    }
}
