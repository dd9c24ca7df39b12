using Ropewalk.Chat.Irc.Session;
using Ropewalk.Diagnostics;

namespace Ropewalk.Chat.Irc.Client;

/// <summary>Reports that a request, or the registration with a server, did not lead to what was asked for.</summary>
public sealed class IrcRequestException : ProtocolException
{
    /// <summary>Creates the exception.</summary>
    public IrcRequestException(string command, IrcRequestFailure failure, ErrorScope scope = ErrorScope.Operation)
        : base(Describe(command, failure), failure.Kind is IrcRequestFailureKind.LimitExceeded or IrcRequestFailureKind.NotSupported ? ErrorSide.Local : ErrorSide.Remote, scope)
    {
        Command = command;
        Failure = failure;
    }

    /// <summary>Gets the command that failed.</summary>
    public string Command { get; }

    /// <summary>Gets why.</summary>
    public IrcRequestFailure Failure { get; }

    /// <summary>Gets who said no.</summary>
    public IrcRequestFailureKind Kind => Failure.Kind;

    /// <summary>Gets the numeric that refused it, or 0.</summary>
    public int Numeric => Failure.Numeric;

    /// <summary>Gets the code of the standard reply that refused it, or null.</summary>
    public string? Code => Failure.Code;

    private static string Describe(string command, IrcRequestFailure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        string by = failure.Numeric > 0 ? $" ({failure.Numeric:000})" : failure.Code is null ? "" : $" ({failure.Code})";
        return $"{command}{by}: {failure.Description}";
    }
}
