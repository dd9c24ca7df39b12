namespace Finger.Server;

/// <summary>Knows the users: what a server asks. Written by whoever runs it.</summary>
/// <remarks><b>Call</b>: for many connections at once. The texts' line breaks may be any, and their control characters are filtered.</remarks>
public interface IFingerDirectory
{
    /// <summary>Lists the users. <b>Spec</b>: RFC 1288 §2.5.1: at least the full name of each.</summary>
    ValueTask<string> ListAsync(bool isVerbose, CancellationToken cancellationToken);

    /// <summary>Describes the user, or all that the name may mean; null if there is none. <b>Spec</b>: RFC 1288 §2.5.2 and §2.5.3: at least the full name.</summary>
    ValueTask<string?> DescribeAsync(string userName, bool isVerbose, CancellationToken cancellationToken);
}
