// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Stands for `_load` and `_store` of the pool where a proof is not about it: what is found there may be anything.
abstract contract AnyPool {
    uint256 private _balance;
    uint256 private _limit;
    uint256 private _room;

    function _load(uint256) internal view returns (uint256 balance, uint256 limit, uint256 room) {
        return (_balance, _limit, _room);
    }

    function _store(uint256, uint256, uint256) internal pure {}
}
