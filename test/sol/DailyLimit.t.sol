// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DailyLimit} from "../../contracts/libraries/DailyLimit.sol";

/// @notice `DailyLimit.room` against the inequality that defines it, which needs no division: a draw of `amount` fits iff
/// `amount ≤ limit` and `(drawn + amount) × 1 day ≤ limit × (1 day + elapsed)`.
contract DailyLimitTest {
    uint256 private constant DRAWS = 12;

    function allowed(uint256 limit, uint256 drawn, uint256 elapsed, uint256 amount) private pure returns (bool) {
        return amount <= limit && (drawn + amount) * 1 days <= limit * (1 days + elapsed);
    }

    /// A draw fits the room iff the inequality allows it.
    function testFuzz_roomIsWhatTheInequalityAllows(
        uint64 limit,
        uint64 drawn,
        uint40 elapsed,
        uint64 amount
    ) external pure {
        uint256 room = DailyLimit.room(limit, drawn, elapsed);
        assert(amount == 0 || (amount <= room) == allowed(limit, drawn, elapsed, amount));
    }

    /// The same at the edge, where a random amount hardly ever falls: in a bucket that is partly full and days old.
    function testFuzz_roomIsTheLargestDrawAllowed(uint64 limit, uint256 drawnSeed, uint256 elapsedSeed) external pure {
        uint256 drawn = drawnSeed % (uint256(limit) + limit / 2 + 1);
        uint256 elapsed = elapsedSeed % 3 days;
        uint256 room = DailyLimit.room(limit, drawn, elapsed);
        assert(room == 0 || allowed(limit, drawn, elapsed, room));
        assert(!allowed(limit, drawn, elapsed, room + 1));
    }

    /// Whoever draws as much as it can, as often as it likes, gets at most `limit × (1 + T / 1 day)` in T seconds.
    function testFuzz_drawsNeverExceedTheBound(
        uint64 limit,
        uint32[DRAWS] calldata pauses,
        uint64[DRAWS] calldata wishes
    ) external pure {
        uint256 bucket = 0;
        uint256 total = 0;
        uint256 time = 0;
        for (uint256 i = 0; i < DRAWS; ++i) {
            uint256 pause = pauses[i] % 1 days;
            // The first draw starts the clock.
            if (i != 0) time += pause;
            uint256 room = DailyLimit.room(limit, bucket, pause);
            // Every other draw takes all there is.
            uint256 amount = i % 2 == 0 || wishes[i] > room ? room : wishes[i];
            bucket = limit - room + amount;
            total += amount;
            assert(total * 1 days <= uint256(limit) * (1 days + time));
        }
    }

    /// Time only gives back; it never takes.
    function testFuzz_roomGrowsWithTime(uint64 limit, uint64 drawn, uint40 earlier, uint40 later) external pure {
        (uint256 first, uint256 second) = earlier < later ? (earlier, later) : (later, earlier);
        assert(DailyLimit.room(limit, drawn, first) <= DailyLimit.room(limit, drawn, second));
    }

    /// No draw fits where the limit is zero: what 0 means is the contract's business.
    function testFuzz_noRoomWithoutALimit(uint64 drawn, uint40 elapsed) external pure {
        assert(DailyLimit.room(0, drawn, elapsed) == 0);
    }
}
