// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title HostileToken
/// @notice A token that USDC is not: an honest ERC-20 until it is told to play a trick on whoever moves it.
/// @dev It can hold any role in a contract, since `execute` calls in its name. Signatures are not checked.
contract HostileToken is ERC20 {
    enum Trick {
        None,
        /// Moves nothing and returns false.
        ReturnsFalse,
        /// Uses all the gas it is given.
        BurnsGas,
        /// Before it moves anything, makes the call that `callBackFrom` prepared.
        CallsBack
    }

    Trick private _trick;
    /// Whom payments must go to for the trick to be played; zero for all.
    address private _target;
    bytes4 private _hook;
    address private _callee;
    bytes private _call;

    /// @notice What came of a call back.
    event CalledBack(bool success, bytes reply);

    constructor() ERC20("Hostile", "HOSTILE") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Plays `trick` on every payment to `target`, or on every payment if that is zero.
    function play(Trick trick, address target) external {
        _trick = trick;
        _target = target;
    }

    /// @notice Makes a call whenever this token's function `hook` is called.
    function callBackFrom(bytes4 hook, address callee, bytes calldata data) external {
        _trick = Trick.CallsBack;
        _target = address(0);
        _hook = hook;
        _callee = callee;
        _call = data;
    }

    /// @notice Makes `calls` in this token's name, one after the other, and fails as the first that fails.
    function execute(address callee, bytes[] calldata calls) external {
        for (uint256 i = 0; i < calls.length; ++i) {
            Address.functionCall(callee, calls[i]);
        }
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        return _honest(to) && super.transfer(to, value);
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        return _honest(to) && super.transferFrom(from, to, value);
    }

    function permit(address owner, address spender, uint256 value, uint256, bytes calldata) external {
        if (_honest(spender)) _approve(owner, spender, value);
    }

    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256,
        uint256,
        bytes32,
        bytes calldata
    ) external {
        if (_honest(to)) _transfer(from, to, value);
    }

    /// @return Whether the payment to `to` shall be made.
    function _honest(address to) private returns (bool) {
        if (_target != address(0) && to != _target) return true;
        if (_trick == Trick.ReturnsFalse) return false;
        if (_trick == Trick.BurnsGas) {
            // Solidity itself has no way to use up all gas at once.
            // solhint-disable-next-line no-inline-assembly
            assembly ("memory-safe") {
                invalid()
            }
        }
        if (_trick == Trick.CallsBack && msg.sig == _hook) {
            // A test decides whom to call, and reads what came of it.
            // solhint-disable-next-line avoid-low-level-calls
            (bool success, bytes memory reply) = _callee.call(_call);
            emit CalledBack(success, reply);
        }
        return true;
    }
}
