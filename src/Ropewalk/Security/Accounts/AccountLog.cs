using System.Net;
using Microsoft.Extensions.Logging;

namespace Ropewalk.Security.Accounts;

/// <summary>Writes the log lines of accounts. A name is written only where an account has it: people type passwords into the wrong field.</summary>
internal static partial class AccountLog
{
    [LoggerMessage(1650, LogLevel.Error, "Nobody can sign in: the store of accounts could not answer")]
    public static partial void StoreFailed(ILogger logger, Exception exception);

    [LoggerMessage(1651, LogLevel.Information, "Sign-in from {Client} to the account {Account} failed: {Failure}")]
    public static partial void Failed(ILogger logger, EndPoint? client, AccountName? account, AuthenticationFailure failure);
}
