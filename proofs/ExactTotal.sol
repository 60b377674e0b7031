// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The total of an entry that is let through is the sum of its parts (nothing wraps around), and not 0.
contract ExactTotal {
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
        if (refusal == Refusal.None) assert(toAmount <= total && total - toAmount == feeAmount && total != 0);
    }
}
