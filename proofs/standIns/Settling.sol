// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DailyLimit} from "../../contracts/libraries/DailyLimit.sol";
import {Bitmap} from "./Bitmap.sol";
import {Casts} from "./Casts.sol";

/// @dev `_settle`, `_load`, `_store` and the daily limit as they are. `_check` may say anything within what is proved of it:
/// what it lets through has `toAmount + feeAmount` for a total (`ExactTotal`), and that fits the balance and both rooms
/// (`WithinRooms`).
abstract contract Settling is Bitmap, Casts {
    // source: Refusal BatchEntry Account Settled _accounts _settledBits NO_LIMIT _settle _load _store _bitOf
    // keyed: account
    // casts: uint80 uint56 uint32
    // bits: bit

    mapping(uint256 time => Refusal refusal) private _refusals;
    uint256 private _checks;

    function _check(
        bool,
        address,
        uint256,
        uint256,
        uint256 toAmount,
        uint256 feeAmount,
        uint256 balance,
        uint256 room,
        uint256 poolRoom
    ) private returns (Refusal refusal, uint256 total) {
        unchecked {
            refusal = _refusals[++_checks];
            total = toAmount + feeAmount;
        }
        if (refusal == Refusal.None) {
            require(total != 0 && total >= toAmount && total <= balance && total <= room && total <= poolRoom);
        }
    }
}
