// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Narrowing casts, which the checker cannot reason about. Each notes whether the value fits, and keeps it if it does:
/// what it gives is arbitrary, then assumed equal to a value that fits. A proof asserts at its end that none was cut off.
abstract contract Casts {
    bool internal _cutOff;

    mapping(uint256 value => uint80 same) private _80;
    mapping(uint256 value => uint56 same) private _56;
    mapping(uint256 value => uint32 same) private _32;

    function _uint80(uint256 value) internal returns (uint80) {
        if (value > type(uint80).max) _cutOff = true;
        else require(_80[value] == value);
        return _80[value];
    }

    function _uint56(uint256 value) internal returns (uint56) {
        if (value > type(uint56).max) _cutOff = true;
        else require(_56[value] == value);
        return _56[value];
    }

    function _uint32(uint256 value) internal returns (uint32) {
        if (value > type(uint32).max) _cutOff = true;
        else require(_32[value] == value);
        return _32[value];
    }

    /// @dev OpenZeppelin's SafeCast, which reverts if the value does not fit.
    function _toUint80(uint256 value) internal returns (uint80) {
        require(value <= type(uint80).max);
        return _uint80(value);
    }

    function _toUint56(uint256 value) internal returns (uint56) {
        require(value <= type(uint56).max);
        return _uint56(value);
    }

    function _toUint32(uint256 value) internal returns (uint32) {
        require(value <= type(uint32).max);
        return _uint32(value);
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
