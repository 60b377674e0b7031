// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Narrowing casts, which the checker cannot reason about. Each notes whether the value fits, and keeps it if it does:
/// what it gives is arbitrary, then assumed equal to a value that fits. A proof asserts at its end that none was cut off.
abstract contract Casts {
    bool internal _cutOff;

    mapping(uint256 value => uint88 same) private _88;
    mapping(uint256 value => uint64 same) private _64;
    mapping(uint256 value => uint40 same) private _40;

    function _uint88(uint256 value) internal returns (uint88) {
        if (value > type(uint88).max) _cutOff = true;
        else require(_88[value] == value);
        return _88[value];
    }

    function _uint64(uint256 value) internal returns (uint64) {
        if (value > type(uint64).max) _cutOff = true;
        else require(_64[value] == value);
        return _64[value];
    }

    function _uint40(uint256 value) internal returns (uint40) {
        if (value > type(uint40).max) _cutOff = true;
        else require(_40[value] == value);
        return _40[value];
    }

    /// @dev OpenZeppelin's SafeCast, which reverts if the value does not fit.
    function _toUint88(uint256 value) internal returns (uint88) {
        require(value <= type(uint88).max);
        return _uint88(value);
    }

    /// @dev Checked subtraction. Written out as an argument of a cast, it would make the checker drop every path on which it
    /// underflows, also those that never come to it.
    function _difference(uint256 a, uint256 b) internal pure returns (uint256) {
        require(b <= a);
        unchecked {
            return a - b;
        }
    }
}
