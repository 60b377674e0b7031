// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Stands for OpenZeppelin's Pausable: whether the contract is paused is not known.
abstract contract Pause {
    bool internal _isPaused;

    function paused() internal view returns (bool) {
        return _isPaused;
    }
}
