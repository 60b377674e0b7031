// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title BitmapTest
/// @notice What the proofs take for granted of `&`, `|`, `<<` and `>>` on a word of 256 bits (proofs/standIns/Bitmap.sol), on
/// real words and for every pair of bits: the solver has no answer for masks of 256 bits.
contract BitmapTest {
    function testFuzz_settingABitSetsItAndNoOther(uint256 word) external pure {
        for (uint256 i = 0; i < 256; ++i) {
            uint256 more = word | (1 << i);
            // Every other bit at once: what has changed is the bit alone, or nothing.
            assert(more & (1 << i) != 0);
            assert((more ^ word) & ~(uint256(1) << i) == 0);
        }
    }

    function test_aMaskMeetsNoOtherMask() external pure {
        for (uint256 i = 0; i < 256; ++i) {
            for (uint256 j = 0; j < 256; ++j) {
                assert(((uint256(1) << i) & (uint256(1) << j) != 0) == (i == j));
            }
        }
    }

    function testFuzz_wordAndBitNameOneId(uint256 id) external pure {
        assert(id >> 8 == id / 256);
        assert((id >> 8) * 256 + uint8(id) == id);
    }
}
