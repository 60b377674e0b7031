// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CircleUsdc} from "./CircleUsdc.sol";
import {ISettlement} from "./ISettlement.sol";
import {Reach} from "./Reach.sol";

/// @title Stage
/// @notice Where a run takes place: the contract, Circle's USDC, people with keys, a clock, and dice.
abstract contract Stage is CircleUsdc, Reach {
    uint256 internal constant CONSUMERS = 5;
    uint256 internal constant OPERATORS = 3;
    uint256 internal constant START = 1_800_000_000;
    uint256 internal constant ONE_USDC = 1e6;

    ISettlement internal settlement;

    /// @dev Everybody who can own a deposit: consumers first, then operators, then the rest.
    address[] internal people;
    /// @dev Everybody who can be owed or paid: the people, the contract itself, USDC itself.
    address[] internal payees;
    /// @dev One more than the place in `payees`; 0: nobody of this stage.
    mapping(address account => uint256 place) internal placeOf;
    mapping(address person => uint256 key) internal keyOf;
    address[2] internal relayers;
    address[2] internal guardians;
    address[2] internal owners;
    address[2] internal platforms;
    address internal stranger;

    /// @dev The time of this run. Not `block.timestamp`, which the optimizer may read once and keep across a warp.
    uint256 internal clock = START;
    uint256 private _dice;

    /// @dev An action of somebody's: at the run's time, with dice of its own, and with what must hold after each.
    modifier action(uint256 seed) {
        VM.warp(clock);
        _dice = seed;
        _;
        _afterAction();
    }

    function _afterAction() internal virtual;

    function _setStage() internal {
        VM.chainId(84532);
        VM.warp(clock);
        _installUsdc();
        for (uint256 i = 0; i < CONSUMERS; ++i) _person("consumer");
        for (uint256 i = 0; i < OPERATORS; ++i) _person("operator");
        for (uint256 i = 0; i < 2; ++i) {
            relayers[i] = _person("relayer");
            guardians[i] = _person("guardian");
            owners[i] = _person("owner");
            platforms[i] = _person("platform");
        }
        stranger = _person("stranger");

        // By its artifact, so that what runs is what was built for a deployment, and a change of the contract does not
        // compile these tests again.
        bytes memory code = VM.getCode("contracts/LuxxonSettlement.sol:LuxxonSettlement");
        bytes memory values = abi.encode(USDC, owners[0], relayers[0], guardians[0], platforms[0], 0, 0);
        settlement = ISettlement(_create(bytes.concat(code, values)));
        for (uint256 i = 0; i < people.length; ++i) payees.push(people[i]);
        payees.push(address(settlement));
        payees.push(address(USDC));
        for (uint256 i = 0; i < payees.length; ++i) placeOf[payees[i]] = i + 1;

        for (uint256 i = 0; i < people.length; ++i) {
            VM.prank(CIRCLE);
            USDC.mint(people[i], 2_000_000 * ONE_USDC);
            VM.prank(people[i]);
            USDC.approve(address(settlement), type(uint256).max);
        }
    }

    function _person(string memory role) private returns (address person) {
        uint256 key = uint256(keccak256(abi.encode(role, people.length)));
        person = VM.addr(key);
        keyOf[person] = key;
        people.push(person);
        VM.label(person, string.concat(role, VM.toString(people.length - 1)));
    }

    /* DICE */

    /// @dev A number below `sides`.
    function _roll(uint256 sides) internal returns (uint256) {
        return _random() % sides;
    }

    function _random() internal returns (uint256 value) {
        value = uint256(keccak256(abi.encode(_dice)));
        _dice = value;
    }

    /// @dev True once in `times`.
    function _oneIn(uint256 times) internal returns (bool) {
        return _roll(times) == 0;
    }

    /// @dev Mostly a consumer; now and then an operator that is a consumer too.
    function _someConsumer() internal returns (address) {
        return people[_roll(CONSUMERS + 1)];
    }

    function _someOperator() internal returns (address) {
        return people[CONSUMERS + _roll(OPERATORS)];
    }

    function _somebody() internal returns (address) {
        return people[_roll(people.length)];
    }

    /// @dev An amount of which about nine in ten are 1 to `most`, and the rest just outside or far out.
    function _amountUpTo(uint256 most) internal returns (uint256) {
        uint256 die = _roll(40);
        if (die == 0) return 0;
        if (die == 1) return most + 1;
        if (die == 2) return uint256(1 << 80) + (_roll(2) * _random()) / 2;
        if (die < 7 || most == 0) return most == 0 ? 1 : most;
        return 1 + _roll(most);
    }
}
