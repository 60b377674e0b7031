// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AnySettle} from "./standIns/AnySettle.sol";
import {Bitmap} from "./standIns/Bitmap.sol";

/// @notice One round of the second loop of `settleBatch`: what anybody has been paid or is about to be paid grows by its part
/// of the entry if that was settled, and by nothing if it was skipped; so do the fees.
contract BatchPaysStepByStep is AnySettle, Bitmap {
    // bits: bit

    function prove(
        BatchEntry[] calldata entries,
        uint256 i,
        uint256 settledBitmap,
        address payee,
        uint256 owed,
        uint256 fees,
        address anyone
    ) external {
        require(i < entries.length);
        // Proved in Meter and Ceilings for every settled entry; a batch has at most a hundred.
        require(entries[i].toAmount <= 86_400_000_000 && entries[i].feeAmount <= 86_400_000_000);
        require(owed <= 99 * 86_400_000_000 && fees <= 99 * 86_400_000_000);
        uint256 before = _due[anyone] + (anyone == payee ? owed : 0);
        uint256 feesBefore = fees;
        do {
            // loop: settleBatch 2
        } while (false);
        uint256 afterwards = _due[anyone] + (anyone == payee ? owed : 0);
        bool isSettled = _has(settledBitmap, i);
        if (isSettled && entries[i].to == anyone) assert(afterwards == before + entries[i].toAmount);
        else assert(afterwards == before);
        assert(fees == feesBefore + (isSettled ? entries[i].feeAmount : 0));
    }
}
