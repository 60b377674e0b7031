// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Acts} from "./Acts.sol";

/// @title TheWorld
/// @notice What happens around the contract: Circle denylists and pauses, somebody sends USDC by mistake, time passes.
abstract contract TheWorld is Acts {
    function denylist(uint256 seed) external action(seed) {
        address account = _oneIn(3) ? platform : _somebody();
        if (_oneIn(2)) account = _someOperator();
        // Seldom, as it stops nearly everything.
        if (_oneIn(12)) account = address(settlement);
        else if (account == address(settlement)) return;
        VM.prank(CIRCLE);
        USDC.blacklist(account);
        _reached(account == address(settlement) ? bytes32("contract denylisted") : bytes32("account denylisted"));
    }

    /// @dev More often than not somebody is on the list, so this frees the contract first, then the first it meets.
    function takeOffDenylist(uint256 seed) external action(seed) {
        if (USDC.isBlacklisted(address(settlement))) return _takeOff(address(settlement));
        uint256 start = _roll(people.length);
        for (uint256 i = 0; i < people.length; ++i) {
            address person = people[(start + i) % people.length];
            if (USDC.isBlacklisted(person)) return _takeOff(person);
        }
    }

    function _takeOff(address account) private {
        VM.prank(CIRCLE);
        USDC.unBlacklist(account);
        _reached("account taken off the denylist");
    }

    function pauseUsdc(uint256 seed) external action(seed) {
        bool isPaused = USDC.paused();
        if (!isPaused && !_oneIn(4)) return;
        VM.prank(CIRCLE);
        if (isPaused) {
            USDC.unpause();
        } else {
            USDC.pause();
            _reached("USDC paused");
        }
    }

    function sendStrayUsdc(uint256 seed) external action(seed) {
        address sender = _somebody();
        uint256 amount = _roll(100 * ONE_USDC);
        if (_refusalOfPull(sender, amount, amount).length != 0) return;
        VM.prank(sender);
        if (!USDC.transfer(address(settlement), amount)) _break(0, "USDC.transfer returned false");
        _reached("stray USDC");
    }

    /// @dev Between two of these, all calls share one second, as Base's blocks do.
    function wait(uint256 seed) external action(seed) {
        uint256 die = _roll(8);
        uint256 span = 0;
        if (die == 1) span = 1;
        if (die == 2) span = _roll(1 minutes);
        if (die == 3) span = _roll(1 hours);
        if (die == 4) span = _roll(1 days);
        if (die == 5) span = 1 days;
        if (die == 6) span = _roll(10 days);
        if (die == 7) span = 12 hours;
        if (span == 0) return;
        clock += span;
        VM.warp(clock);
        _reached("time moved");
    }
}
