// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bitmap} from "./Bitmap.sol";

/// @dev `_settle` with everything but the bits taken out: `_load` finds nothing, `_store` stores nothing (it writes no
/// bit), and `_check` may say anything, but that it refuses a settled id, which `SettledIsRefused` proves.
abstract contract SettleBits is Bitmap {
    // source: Refusal BatchEntry Settled _settledBits _settle _bitOf settled
    // keyed: account
    // bits: bit

    mapping(uint256 time => Refusal refusal) private _refusals;
    uint256 private _checks;

    function _load(address, uint256) private returns (uint256, uint256, uint256) {}

    function _store(address, uint256, uint256, uint256) private {}

    function _check(
        bool isSettled,
        address,
        uint256,
        uint256,
        uint256,
        uint256,
        uint256,
        uint256,
        uint256
    ) private returns (Refusal refusal, uint256) {
        unchecked {
            // The other way round it takes the solver several times as long.
            // solhint-disable-next-line gas-increment-by-one
            refusal = _refusals[_checks++];
        }
        require(!isSettled || refusal == Refusal.AlreadySettled);
    }

    function _settleAs(bytes32 id, BatchEntry memory rest) internal returns (Refusal refusal) {
        (refusal, ) = _settle(
            id,
            rest.from,
            rest.to,
            rest.ratePerSecond,
            rest.chargeableSeconds,
            rest.toAmount,
            rest.feeAmount,
            0,
            0
        );
    }
}
