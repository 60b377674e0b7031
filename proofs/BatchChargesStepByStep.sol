// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AnySettle} from "./standIns/AnySettle.sol";
import {Bitmap} from "./standIns/Bitmap.sol";

/// @notice One round of the first loop of `settleBatch`: what is charged to accounts is added to what the pool is charged
/// and taken from its room, the entry's own bit says whether it was settled, and a skipped entry changes nothing.
contract BatchChargesStepByStep is AnySettle, Bitmap {
    // source: SettlementSkipped
    // bits: bit

    function prove(
        BatchEntry[] calldata entries,
        uint256 i,
        uint256 defaultLimit,
        uint256 charged,
        uint256 poolRoom,
        uint256 settledBitmap
    ) external {
        // What holds before every round: what was charged came out of the room that there was at the start.
        require(i < entries.length && charged == _taken && poolRoom <= type(uint256).max - charged);
        uint256 roomAtFirst = poolRoom + charged;
        uint256 roomBefore = poolRoom;
        uint256 chargedBefore = charged;
        bool watchedBefore = _has(settledBitmap, _watched);
        require(!_has(settledBitmap, i));
        do {
            // loop: settleBatch 1
        } while (false);
        assert(charged == _taken && charged <= roomAtFirst && poolRoom == roomAtFirst - charged);
        assert(_asked.sessionId == entries[i].sessionId && _asked.from == entries[i].from);
        assert(_asked.to == entries[i].to && _asked.toAmount == entries[i].toAmount);
        assert(_asked.feeAmount == entries[i].feeAmount && _asked.ratePerSecond == entries[i].ratePerSecond);
        assert(_asked.chargeableSeconds == entries[i].chargeableSeconds);
        assert(_askedLimit == defaultLimit && _askedRoom == roomBefore);
        if (_watched == i) assert(_has(settledBitmap, i) == (_answer == Refusal.None));
        else assert(_has(settledBitmap, _watched) == watchedBefore);
        if (_answer != Refusal.None) assert(charged == chargedBefore && poolRoom == roomBefore);
    }
}
