// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DailyLimit} from "../../contracts/libraries/DailyLimit.sol";

/// @notice Lets a test call the library.
contract DailyLimitHarness {
    function room(uint256 limit, uint256 drawn, uint256 elapsed) external pure returns (uint256) {
        return DailyLimit.room(limit, drawn, elapsed);
    }
}
