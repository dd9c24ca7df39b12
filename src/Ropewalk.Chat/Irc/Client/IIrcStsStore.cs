namespace Ropewalk.Chat.Irc.Client;

/// <summary>Keeps the policies of hosts, so that a host which was reached securely once is never reached in the clear again while its policy holds.</summary>
/// <remarks><b>Call</b>: from any thread.</remarks>
public interface IIrcStsStore
{
    /// <summary>Finds the policy of a host; null if there is none.</summary>
    ValueTask<IrcStsPolicy?> FindAsync(string host, CancellationToken cancellationToken = default);

    /// <summary>Keeps a policy, in the place of an earlier one; null forgets it.</summary>
    ValueTask PutAsync(string host, IrcStsPolicy? policy, CancellationToken cancellationToken = default);
}
