using Ropewalk.Security.Accounts;

namespace Ropewalk.Security.Sasl;

/// <summary>Tells a protocol's server what to do next in a SASL conversation.</summary>
/// <param name="Kind">What.</param>
/// <param name="Bytes">The challenge, or what goes with the success; empty for none. The protocol encodes it, mostly as base64.</param>
/// <param name="Account">Who has signed in; null unless somebody has.</param>
/// <param name="Failure">Why nobody has; null unless the conversation failed.</param>
public readonly record struct SaslServerStep(SaslStepKind Kind, ReadOnlyMemory<byte> Bytes, Account? Account, SaslFailure? Failure)
{
    /// <summary>Makes a step that challenges. The empty challenge asks for the first response where a client has sent none.</summary>
    public static SaslServerStep Challenge(ReadOnlyMemory<byte> bytes = default) => new(SaslStepKind.Challenge, bytes, null, null);

    /// <summary>Makes the step of a client that has signed in.</summary>
    public static SaslServerStep Succeeded(Account account, ReadOnlyMemory<byte> bytes = default) => new(SaslStepKind.Succeeded, bytes, account, null);

    /// <summary>Makes the step of a client that has not signed in.</summary>
    public static SaslServerStep Failed(SaslFailure failure) => new(SaslStepKind.Failed, default, null, failure);
}
