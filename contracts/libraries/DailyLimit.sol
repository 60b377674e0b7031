// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title DailyLimit
/// @notice The leaky bucket behind every daily limit: settlements fill it, and it leaks `limit` µUSDC a day.
library DailyLimit {
    /// @notice How much may be drawn now, µUSDC.
    /// @param limit µUSDC a day; 0 means no limit.
    /// @param drawn What the bucket held when it last moved, µUSDC.
    /// @param elapsed Seconds since then.
    /// @return Room for one more draw. Leaks are rounded down: time never gives back more than its share.
    function room(uint256 limit, uint256 drawn, uint256 elapsed) internal pure returns (uint256) {
        uint256 leaked = (limit * elapsed) / 1 days;
        uint256 left = leaked < drawn ? drawn - leaked : 0;
        // The limit may have been lowered below what is left.
        return left < limit ? limit - left : 0;
    }
}
