// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Every id has a bit, so that setting it can be seen.
contract BitIsNeverZero {
    // source: _bitOf

    function prove(bytes32 sessionId) external pure {
        (, uint256 bit) = _bitOf(sessionId);
        assert(bit != 0);
    }
}
