// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Settling} from "./standIns/Settling.sol";

/// @notice What a settlement stores of a consumer fits where it is stored: no cast cuts anything off.
/// @dev Assumed: time does not go back and has 32 bits; the default limit has 56 (`LimitsFit`).
contract NothingIsCutOff is Settling {
    function prove(BatchEntry calldata entry, uint56 defaultLimit, uint256 poolRoom) external {
        require(_accounts[entry.from].drawnAt <= block.timestamp && block.timestamp <= type(uint32).max);
        _cutOff = false;
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
        assert(!_cutOff);
        // witness: total == 1 && _accounts[entry.from].dailyLimit == 0 && defaultLimit == 0
        // witness: total == 1 && _accounts[entry.from].dailyLimit == 1
    }
}
