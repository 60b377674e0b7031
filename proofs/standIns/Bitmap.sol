// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Stands for `&` and `|` on a word of 256 bits of which one bit is asked for or set. The solver has no answer for
/// masks of 256 bits, so a proof knows of the operators this alone: `bits | 1 << i` has the bits of `bits`, and bit i; and
/// `bits & 1 << i` is 0 if and only if `bits` lacks bit i. A word is a number that says nothing about itself; which bits it
/// has stands in `_isSet`, of which nothing is known at the start. `test/sol/Bitmap.t.sol` holds both operators against
/// this, for every pair of bits.
abstract contract Bitmap {
    /// @dev The bit that a proof asks about: what is known of every bit is said of this one.
    uint256 internal _watched;

    mapping(uint256 bits => mapping(uint256 bit => bool)) private _isSet;
    mapping(uint256 bits => mapping(uint256 bit => uint256 more)) private _union;

    function _has(uint256 bits, uint256 bit) internal view returns (bool) {
        return _isSet[bits][bit];
    }

    function _with(uint256 bits, uint256 bit) internal view returns (uint256 more) {
        more = _union[bits][bit];
        require(_isSet[more][bit] && _isSet[more][_watched] == (_isSet[bits][_watched] || bit == _watched));
    }
}
