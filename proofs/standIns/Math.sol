// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Stands for OpenZeppelin's Math, whose choice without a branch (assembly, and bits) the checker cannot follow.
library Math {
    function max(uint256 a, uint256 b) internal pure returns (uint256) {
        return a > b ? a : b;
    }
}
