// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice An id whose bit is set is refused, whatever else the entry says.
contract SettledIsRefused {
    // source: Refusal MAX_FEE_BPS MAX_RATE_PER_SECOND MAX_CHARGEABLE_SECONDS BPS _check

    function prove(
        bool isSettled,
        address to,
        uint256 rate,
        uint256 secs,
        uint256 toAmount,
        uint256 feeAmount,
        uint256 balance,
        uint256 room,
        uint256 poolRoom
    ) external view {
        (Refusal refusal, ) = _check(isSettled, to, rate, secs, toAmount, feeAmount, balance, room, poolRoom);
        if (isSettled) assert(refusal == Refusal.AlreadySettled);
    }
}
