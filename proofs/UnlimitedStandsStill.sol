// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Settling} from "./standIns/Settling.sol";

/// @notice A consumer without any limit has a bucket that does not move.
/// @dev Assumed: time does not go back and has 32 bits.
contract UnlimitedStandsStill is Settling {
    function prove(BatchEntry calldata entry, uint256 poolRoom) external {
        require(_accounts[entry.from].drawnAt <= block.timestamp && block.timestamp <= type(uint32).max);
        Account memory before = _accounts[entry.from];
        uint56 defaultLimit = 0;
        require(before.dailyLimit == 0);
        (, uint256 total) = _settle(
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
        assert(afterwards.drawn == before.drawn && afterwards.drawnAt == before.drawnAt);
        // witness: total == 1
    }
}
