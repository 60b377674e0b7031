// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DailyLimit} from "../contracts/libraries/DailyLimit.sol";

/// @notice A refused entry sets no bit.
contract SkippedStaysOpen {
    // source: Refusal Account Settled MAX_FEE_BPS MAX_RATE_PER_SECOND MAX_CHARGEABLE_SECONDS BPS
    // source: _accounts _settledBits _settle _check _load _store _bitOf

    function prove(
        bytes32 sessionId,
        address from,
        address to,
        uint256 rate,
        uint256 secs,
        uint256 toAmount,
        uint256 feeAmount,
        uint256 poolRoom,
        uint256 word
    ) external {
        uint256 before = _settledBits[word];
        (Refusal refusal, ) = _settle(sessionId, from, to, rate, secs, toAmount, feeAmount, 0, poolRoom);
        if (refusal != Refusal.None) assert(_settledBits[word] == before);
    }
}
