using System.Security.Cryptography;
using Ropewalk.Blocking;
using Ropewalk.Client;
using Ropewalk.Security.Sasl.Session;

namespace Ropewalk.Security.Sasl;

/// <summary>Makes the client's side of SASL conversations.</summary>
public static class SaslClient
{
    // 144 bits, a whole number of base64 characters; RFC 5802 asks for randomness and names no size
    private const int NonceBytes = 18;

    /// <summary>Chooses the best mechanism that the server offers and the credentials fit: EXTERNAL, then SCRAM-SHA-256, then PLAIN.</summary>
    /// <param name="offered">What the server offers.</param>
    /// <param name="credentials">Who the client is.</param>
    /// <param name="isProtected">Whether the connection is encrypted and the server's name checked. PLAIN is never chosen without: whoever stands between would have the password.</param>
    /// <param name="random">Where nonces come from; null for the system's source.</param>
    /// <returns>Null if none fits.</returns>
    public static SaslClientMechanism? Choose(
        IEnumerable<string> offered, SaslClientCredentials credentials, bool isProtected, RandomNumberGenerator? random = null)
    {
        ArgumentNullException.ThrowIfNull(offered);
        ArgumentNullException.ThrowIfNull(credentials);
        var names = offered.ToHashSet(StringComparer.OrdinalIgnoreCase);
        string[] preferred = isProtected ? [SaslMechanism.External, SaslMechanism.ScramSha256, SaslMechanism.Plain] : [SaslMechanism.ScramSha256];
        return preferred.Where(names.Contains).Select(name => Create(name, credentials, random)).FirstOrDefault(mechanism => mechanism is not null);
    }

    /// <summary>Makes the client's side of a mechanism.</summary>
    /// <returns>Null if the mechanism is not known, or the credentials do not fit it.</returns>
    public static SaslClientMechanism? Create(string mechanism, SaslClientCredentials credentials, RandomNumberGenerator? random = null)
    {
        ArgumentNullException.ThrowIfNull(mechanism);
        ArgumentNullException.ThrowIfNull(credentials);
        return mechanism.ToUpperInvariant() switch
        {
            SaslMechanism.External when credentials.HasCertificate => new ExternalClient(credentials.AuthorizationId),
            SaslMechanism.ScramSha256 when HasPassword(credentials) => new ScramClient(
                credentials.AuthorizationId, credentials.Name, credentials.Password!, MakeNonce(random), credentials.MinIterations, credentials.MaxIterations),
            SaslMechanism.Plain when HasPassword(credentials) => new PlainClient(credentials.AuthorizationId, credentials.Name, credentials.Password!),
            _ => null,
        };
    }

    /// <summary>Answers a challenge as <see cref="SaslClientMechanism.TryRespond"/> does, on a thread that may work long; under a <see cref="StayingContext"/> at once.</summary>
    /// <returns>What to send; null if the conversation has failed.</returns>
    public static async ValueTask<byte[]?> RespondAsync(this SaslClientMechanism mechanism, ReadOnlyMemory<byte> challenge, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(mechanism);

        // only SCRAM's answer to a challenge is long work; a simulated run has one thread, which may not be left
        if (challenge.IsEmpty || mechanism.Name != SaslMechanism.ScramSha256 || SynchronizationContext.Current is StayingContext)
        {
            return mechanism.TryRespond(challenge.Span, out byte[] atOnce) ? atOnce : null;
        }

        return await BlockingWork.RunAsync(() => mechanism.TryRespond(challenge.Span, out byte[] response) ? response : null, cancellationToken);
    }

    /// <summary>Makes one side's part of a nonce.</summary>
    internal static string MakeNonce(RandomNumberGenerator? random)
    {
        Span<byte> bytes = stackalloc byte[NonceBytes];
        if (random is null)
        {
            RandomNumberGenerator.Fill(bytes);
        }
        else
        {
            random.GetBytes(bytes);
        }

        return Convert.ToBase64String(bytes);
    }

    private static bool HasPassword(SaslClientCredentials credentials) => credentials.Name.Length > 0 && !string.IsNullOrEmpty(credentials.Password);
}
