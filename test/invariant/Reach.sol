// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestBase} from "./TestBase.sol";

/// @title Reach
/// @notice Counts what a run has really reached. A suite that never meets a situation shows nothing about it, so a run
/// in which one of these counts stays 0 has failed; scripts/quality/fuzz/reach.ts adds the runs up and says so.
abstract contract Reach is TestBase {
    bytes32[] private _situations;
    /// @dev One more than the count, so that 0 means: no such situation.
    mapping(bytes32 situation => uint256 count) private _counts;

    error UnknownSituation(bytes32 situation);

    constructor() {
        // Deposits
        _declare("deposit");
        _declare("depositFor another");
        _declare("depositWithPermit");
        _declare("permit used by another before");
        _declare("depositWithAuthorization");
        _declare("deposit refused: paused");
        _declare("deposit refused: zero");
        _declare("deposit refused: over 80 bits");
        _declare("deposit refused: consumer");
        _declare("deposit refused: allowance");
        _declare("deposit refused: USDC balance");
        _declare("deposit refused: denylist");
        _declare("deposit refused: USDC paused");
        _declare("deposit refused: signature");
        _declare("deposit while held");
        _declare("deposit refused: too late");
        _declare("deposit refused: too early");
        _declare("deposit refused: used before");
        // Leaving
        _declare("withdraw");
        _declare("withdrawAll");
        _declare("withdraw while paused");
        _declare("withdraw refused: zero");
        _declare("withdraw refused: balance");
        _declare("withdraw refused by USDC");
        _declare("claim paid");
        _declare("claim while paused");
        _declare("claim of nothing");
        _declare("claim refused by USDC");
        // Staying
        _declare("hold");
        _declare("hold extended");
        _declare("hold after a hold");
        _declare("hold of exactly a day");
        _declare("hold while paused");
        _declare("hold refused: too long");
        _declare("hold refused: not ahead");
        _declare("hold refused: shorter");
        _declare("hold refused: no limit");
        _declare("withdraw refused: held");
        _declare("withdraw: held but paused");
        _declare("withdraw after a hold");
        _declare("lower limit refused: held");
        _declare("limit raised while held");
        _declare("limit lowered: held but paused");
        // Settlement
        _declare("settleFromPool");
        _declare("settleBatch");
        _declare("settle refused: not relayer");
        _declare("settle refused: paused");
        _declare("batch refused: size");
        _declare("batch of which nothing settles");
        _declare("batch of a hundred");
        _declare("batch sent again");
        _declare("entry settled");
        _declare("entry charges a held pool");
        _declare("entry pays its consumer");
        _declare("entry pays the platform");
        _declare("entry with a random id");
        _declare("entry over 2^256");
        _declare("fee of exactly 30 %");
        _declare("draw in the same second");
        _declare("consumer's limit used up");
        _declare("pool's limit used up");
        _declare("payout credited");
        _declare("fee credited");
        for (uint256 i = 1; i <= 10; ++i) {
            _declare(_refusedSituation(i));
            _declare(_skippedSituation(i));
        }
        // Roles and settings
        _declare("pause");
        _declare("pause refused: not guardian");
        _declare("pause refused: paused");
        _declare("unpause");
        _declare("unpause refused: not paused");
        _declare("setting refused: not owner");
        _declare("setting refused: zero address");
        _declare("setting refused: over 56 bits");
        _declare("setRelayer");
        _declare("setGuardian");
        _declare("setPlatformWallet");
        _declare("setDailyLimit");
        _declare("setDefaultDailyLimit");
        _declare("setPoolDailyLimit");
        _declare("owner handed over");
        _declare("handover refused: not pending");
        _declare("owner renounced");
        _declare("rescue");
        _declare("rescue refused: surplus");
        _declare("rescue refused by USDC");
        // The world
        _declare("stray USDC");
        _declare("account denylisted");
        _declare("contract denylisted");
        _declare("account taken off the denylist");
        _declare("USDC paused");
        _declare("time moved");
        // Exits that were tried and rolled back (I4)
        _declare("exit");
        _declare("exit while paused");
        _declare("exit with a limit used up");
        _declare("exit with no owner");
        _declare("exit refused by USDC");
        _declare("exit refused: held");
        _declare("exit at the end of a hold");
        _declare("exit while held but paused");
    }

    function _refusedSituation(uint256 reason) internal pure returns (bytes32) {
        return bytes32(abi.encodePacked("refused: ", _nameOf(reason)));
    }

    function _skippedSituation(uint256 reason) internal pure returns (bytes32) {
        return bytes32(abi.encodePacked("skipped: ", _nameOf(reason)));
    }

    function _nameOf(uint256 reason) private pure returns (bytes memory) {
        return
            [
                bytes("None"),
                "AlreadySettled",
                "InvalidPayee",
                "ZeroAmount",
                "RateTooHigh",
                "TooManySeconds",
                "MeterExceeded",
                "FeeTooHigh",
                "InsufficientPool",
                "DailyLimitExceeded",
                "PoolLimitExceeded"
            ][reason];
    }

    function _reached(bytes32 situation) internal {
        uint256 count = _counts[situation];
        require(count != 0, UnknownSituation(situation));
        _counts[situation] = count + 1;
    }

    /// @dev The counts as one line of JSON.
    function _reachReport() internal returns (string memory json) {
        for (uint256 i = 0; i < _situations.length; ++i) {
            bytes32 situation = _situations[i];
            json = VM.serializeUint("reach", _textOf(situation), _counts[situation] - 1);
        }
    }

    function _declare(bytes32 situation) private {
        _situations.push(situation);
        _counts[situation] = 1;
    }

    function _textOf(bytes32 word) private pure returns (string memory) {
        uint256 length = 0;
        while (length < 32 && word[length] != 0) ++length;
        bytes memory text = new bytes(length);
        for (uint256 i = 0; i < length; ++i) text[i] = word[i];
        return string(text);
    }
}
