// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice No entry is let through that pays the zero address or this contract.
contract Payee {
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
        if (refusal == Refusal.None) assert(to != address(0) && to != address(this));
    }
}
