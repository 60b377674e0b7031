// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILuxxonSettlement} from "../../contracts/interfaces/ILuxxonSettlement.sol";
import {Deposits} from "./actions/Deposits.sol";
import {Exits} from "./actions/Exits.sol";
import {Holds} from "./actions/Holds.sol";
import {Settings} from "./actions/Settings.sol";
import {Settlements} from "./actions/Settlements.sol";
import {TheWorld} from "./actions/TheWorld.sol";

/// @title Handler
/// @notice Everything that anybody can do, one function an action, and what must hold after each. The runner calls the
/// actions in any order, with a number that the action takes for its dice.
contract Handler is Deposits, Exits, Settlements, Settings, Holds, TheWorld {
    string private _reportPath;

    constructor() {
        _setStage();
        _startModel();
        VM.createDir("cache/invariants", true);
        _reportPath = VM.envOr("LUXXON_REACH_REPORT", string("cache/invariants/quick.jsonl"));
    }

    /// @notice The functions that a run may call.
    function actions() external pure returns (bytes4[] memory selectors) {
        bytes4[30] memory all = [
            this.deposit.selector,
            this.depositFor.selector,
            this.depositWithPermit.selector,
            this.depositWithAuthorization.selector,
            this.approve.selector,
            this.withdraw.selector,
            this.withdrawAll.selector,
            this.hold.selector,
            this.claim.selector,
            this.claimAll.selector,
            this.settleFromPool.selector,
            this.drain.selector,
            this.settleBatch.selector,
            this.settleBadBatch.selector,
            this.settleAgain.selector,
            this.setDailyLimit.selector,
            this.setDefaultDailyLimit.selector,
            this.setPoolDailyLimit.selector,
            this.setRelayer.selector,
            this.setGuardian.selector,
            this.setPlatformWallet.selector,
            this.pause.selector,
            this.unpause.selector,
            this.handOver.selector,
            this.rescue.selector,
            this.denylist.selector,
            this.takeOffDenylist.selector,
            this.pauseUsdc.selector,
            this.sendStrayUsdc.selector,
            this.wait.selector
        ];
        selectors = new bytes4[](all.length);
        for (uint256 i = 0; i < all.length; ++i) selectors[i] = all[i];
    }

    /// @notice Every invariant that a call so far has broken, or that is broken now, by its number; empty if none.
    function broken() external returns (string memory) {
        VM.warp(clock);
        _checkSolvency();
        _checkTotals();
        _checkConservation();
        _checkSettings();
        return _brokenSoFar();
    }

    /// @notice Ends a run: looks at every id once more, and adds the run's counts to the report.
    /// @return As `broken`.
    function finish() external returns (string memory) {
        for (uint256 i = 0; i < knownIds.length; ++i) _checkBit(knownIds[i]);
        VM.writeLine(_reportPath, _reachReport());
        return _brokenSoFar();
    }

    function _afterAction() internal override {
        _checkExits();
        // All ids at the end of a run; some after each call.
        for (uint256 i = 0; i < 3 && knownIds.length != 0; ++i) _checkBit(knownIds[_roll(knownIds.length)]);
    }

    /// @dev I1
    function _checkSolvency() private {
        uint256 holds = USDC.balanceOf(address(settlement));
        if (holds < settlement.totalDeposits() + settlement.totalCredits()) _break(1, "holds less USDC than it owes");
    }

    /// @dev I2
    function _checkTotals() private {
        uint256 sumOfDeposits = 0;
        for (uint256 i = 0; i < people.length; ++i) sumOfDeposits += settlement.deposits(people[i]);
        if (settlement.totalDeposits() != sumOfDeposits) _break(2, "totalDeposits is not the sum of the deposits");

        uint256 sumOfCredits = 0;
        for (uint256 i = 0; i < payees.length; ++i) {
            uint256 credit = settlement.credits(payees[i]);
            sumOfCredits += credit;
            if (credit != owed[payees[i]]) _break(2, string.concat("wrong credit of ", _name(payees[i])));
        }
        if (settlement.totalCredits() != sumOfCredits) _break(2, "totalCredits is not the sum of the credits");
    }

    /// @dev I3
    function _checkConservation() private {
        for (uint256 i = 0; i < people.length; ++i) {
            if (int256(settlement.deposits(people[i])) == _ownedBy(people[i])) continue;
            _break(3, string.concat("deposited - withdrawn - settled is not the deposit of ", _name(people[i])));
        }
    }

    /// @dev Roles, limits and holds are what the calls that went through have made them.
    function _checkSettings() private {
        bool asSet = settlement.owner() == owner && settlement.pendingOwner() == pendingOwner;
        asSet = asSet && settlement.relayer() == relayer && settlement.guardian() == guardian;
        asSet = asSet && settlement.platformWallet() == platform && settlement.paused() == paused;
        asSet = asSet && settlement.defaultDailyLimit() == defaultLimit;
        asSet = asSet && settlement.pool().dailyLimit == poolBook.ownLimit;
        for (uint256 i = 0; i < people.length; ++i) {
            ILuxxonSettlement.Account memory account = settlement.accountOf(people[i]);
            asSet = asSet && account.dailyLimit == bookOf[people[i]].ownLimit;
            asSet = asSet && account.heldUntil == bookOf[people[i]].heldUntil;
        }
        if (!asSet) _break(0, "a role, a limit or a hold is not as it was set");
    }
}
