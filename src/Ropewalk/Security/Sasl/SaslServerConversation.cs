using Ropewalk.Diagnostics;
using Ropewalk.Security.Accounts;
using Ropewalk.Security.Sasl.Session;
using Ropewalk.Security.Sasl.Wire;

namespace Ropewalk.Security.Sasl;

/// <summary>
/// The server's side of one SASL conversation: the mechanism's machine, joined to the accounts. Each response leads to one step. A client
/// that sent no first response with its request gets an empty challenge first: <see cref="SaslServerStep.Challenge"/> without bytes.
/// </summary>
/// <remarks><b>Call</b>: one response at a time. <b>Lifetime</b>: until a step that is no challenge; or drop it, which is how to abort.</remarks>
public sealed class SaslServerConversation
{
    private readonly SaslServerContext _context;
    private readonly AccountAuthenticator _authenticator;
    private readonly SaslServerOptions _options;
    private readonly ScramServerSession? _scram;
    private Account? _account;
    private int _responses;
    private bool _isOver;

    internal SaslServerConversation(string mechanism, SaslServerContext context, AccountAuthenticator authenticator, SaslServerOptions options)
    {
        Mechanism = mechanism;
        _context = context;
        _authenticator = authenticator;
        _options = options;
        _scram = mechanism == SaslMechanism.ScramSha256 ? new ScramServerSession(SaslClient.MakeNonce(options.Random)) : null;
    }

    /// <summary>Gets the mechanism's name.</summary>
    public string Mechanism { get; }

    /// <summary>Receives the client's next response.</summary>
    /// <param name="response">Its bytes, decoded from the protocol's base64; it may be empty.</param>
    /// <param name="cancellationToken">Gives up; the conversation is over then.</param>
    public async ValueTask<SaslServerStep> ReceiveAsync(ReadOnlyMemory<byte> response, CancellationToken cancellationToken = default)
    {
        if (_isOver)
        {
            return SaslServerStep.Failed(SaslFailure.Unexpected);
        }

        // whatever is thrown from here on ends the conversation
        _isOver = true;
        SaslServerStep step = response.Length > _options.MaxResponseBytes
            ? SaslServerStep.Failed(SaslFailure.TooLong)
            : await AnswerAsync(response, cancellationToken);
        _isOver = step.Kind != SaslStepKind.Challenge;
        _responses++;
        return step;
    }

    /// <summary>Shows the mechanism, no secret.</summary>
    public override string ToString() => Mechanism;

    private ValueTask<SaslServerStep> AnswerAsync(ReadOnlyMemory<byte> response, CancellationToken cancellationToken) => Mechanism switch
    {
        SaslMechanism.Plain => PlainAsync(response, cancellationToken),
        SaslMechanism.External => ExternalAsync(response, cancellationToken),
        _ => _responses switch
        {
            0 => ScramFirstAsync(response, cancellationToken),
            1 => new(ScramFinal(response)),
            _ => new(response.IsEmpty ? SaslServerStep.Succeeded(_account!) : SaslServerStep.Failed(SaslFailure.Malformed)),
        },
    };

    private async ValueTask<SaslServerStep> PlainAsync(ReadOnlyMemory<byte> response, CancellationToken cancellationToken)
    {
        if (PlainMessage.Decode(response.Span) is not { } message)
        {
            return SaslServerStep.Failed(SaslFailure.Malformed);
        }

        return MayActAs(message.AuthorizationId, message.Name)
            ? Conclude(await _authenticator.AuthenticateAsync(message.Name, message.Password, _context.Client, cancellationToken), default)
            : SaslServerStep.Failed(SaslFailure.AuthorizationRefused);
    }

    private async ValueTask<SaslServerStep> ExternalAsync(ReadOnlyMemory<byte> response, CancellationToken cancellationToken)
    {
        // RFC 4422 §A.1: the response is the authorization identity, without a NUL
        if (!SaslText.TryRead(response.Span, out string? authorizationId) || authorizationId.Contains('\0', StringComparison.Ordinal))
        {
            return SaslServerStep.Failed(SaslFailure.Malformed);
        }

        AuthenticationResult result = await _authenticator.AuthenticateAsync(_context.Certificate!, _context.Client, cancellationToken);
        return result.Succeeded && !MayActAs(authorizationId, result.Account.Name.Canonical)
            ? SaslServerStep.Failed(SaslFailure.AuthorizationRefused)
            : Conclude(result, default);
    }

    private async ValueTask<SaslServerStep> ScramFirstAsync(ReadOnlyMemory<byte> response, CancellationToken cancellationToken)
    {
        if (_scram!.ReceiveFirst(response.Span) is { } failure)
        {
            return SaslServerStep.Failed(failure);
        }

        if (!MayActAs(_scram.AuthorizationId, _scram.Name))
        {
            return SaslServerStep.Failed(SaslFailure.AuthorizationRefused);
        }

        try
        {
            (_account, ScramCredential credential) = await _authenticator.FindCredentialAsync(_scram.Name, cancellationToken);
            return SaslServerStep.Challenge(_scram.Challenge(credential));
        }
        catch (ProtocolException e)
        {
            return Conclude(_authenticator.Unavailable(e), default);
        }
    }

    private SaslServerStep ScramFinal(ReadOnlyMemory<byte> response)
    {
        if (!_authenticator.TryBegin(_scram!.Name, _context.Client))
        {
            return SaslServerStep.Failed(SaslFailure.RateLimited);
        }

        SaslFailure? failure = _scram.ReceiveFinal(response.Span, out byte[] answer);
        AuthenticationResult result = _authenticator.Conclude(_scram.Name, _context.Client, _account, failure is null);
        if (failure is { } reason)
        {
            return SaslServerStep.Failed(reason);
        }

        if (!result.Succeeded || _context.SuccessCarriesBytes)
        {
            return Conclude(result, answer);
        }

        return SaslServerStep.Challenge(answer);
    }

    // RFC 4422 §3.4.1: nobody here may act as another; who names himself names nobody else
    private static bool MayActAs(string authorizationId, string name) =>
        authorizationId.Length == 0
        || (AccountName.TryParse(authorizationId, out AccountName? asked) && AccountName.TryParse(name, out AccountName? known) && asked == known);

    private static SaslServerStep Conclude(in AuthenticationResult result, ReadOnlyMemory<byte> bytes) =>
        result.Succeeded ? SaslServerStep.Succeeded(result.Account, bytes) : SaslServerStep.Failed(result.Failure switch
        {
            AuthenticationFailure.Suspended => SaslFailure.Suspended,
            AuthenticationFailure.NotVerified => SaslFailure.NotVerified,
            AuthenticationFailure.RateLimited => SaslFailure.RateLimited,
            AuthenticationFailure.Busy => SaslFailure.Busy,
            AuthenticationFailure.Unavailable => SaslFailure.Unavailable,
            _ => SaslFailure.WrongCredentials,
        });
}
