// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice No entry is let through whose fee is more than 30 % of its total.
contract FeeCap {
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
        (Refusal refusal, uint256 total) = _check(
            isSettled,
            to,
            rate,
            secs,
            toAmount,
            feeAmount,
            balance,
            room,
            poolRoom
        );
        // Written so that nothing in the assert can overflow: an overflow would revert, and so hide a violation.
        if (refusal == Refusal.None) {
            assert(total <= 86_400_000_000 && feeAmount <= total);
            assert(feeAmount * 10_000 <= total * 3_000);
        }
    }
}
