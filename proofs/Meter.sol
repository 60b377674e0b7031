// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice No entry is let through whose parts together exceed rate × seconds.
contract Meter {
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
        // Written so that nothing in the assert can overflow: an overflow would revert, and so hide a violation.
        if (refusal == Refusal.None) {
            assert(rate <= 1_000_000 && secs <= 86_400);
            assert(toAmount <= rate * secs && feeAmount <= rate * secs - toAmount);
        }
    }
}
