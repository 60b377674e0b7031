// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;
import {DailyLimit} from "../contracts/libraries/DailyLimit.sol";

/// @notice Time gives back at most limit × seconds / 1 day, not a µUSDC more.
contract LeakIsBounded {
    function prove(uint64 limit, uint64 drawn, uint40 elapsed) external pure {
        uint256 room = DailyLimit.room(limit, drawn, elapsed);
        uint256 before = drawn < limit ? limit - drawn : 0;
        assert(room <= before + (uint256(limit) * elapsed) / 1 days);
    }
}
