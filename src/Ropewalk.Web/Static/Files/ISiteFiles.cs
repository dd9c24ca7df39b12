using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Static.Files;

/// <summary>Gives a site its files: the only door between the web strand and a disk.</summary>
/// <remarks>
/// <b>Call</b>: from any thread. What can be answered at once completes at once; what has to wait for a disk waits off the loops.
/// A path that does not exist is an answer, never an exception.
/// </remarks>
public interface ISiteFiles : IDisposable
{
    /// <summary>Opens a file.</summary>
    /// <param name="path">The path; whether it ends with a slash does not count.</param>
    /// <param name="cancellationToken">Gives up waiting for a turn.</param>
    /// <returns>The open file, or what else the path leads to.</returns>
    ValueTask<SiteOpening> OpenAsync(SitePath path, CancellationToken cancellationToken);

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">The path; whether it ends with a slash does not count.</param>
    /// <param name="maxEntries">How many entries are read at most.</param>
    /// <param name="cancellationToken">Gives up waiting for a turn.</param>
    /// <returns>The entries, or why there are none.</returns>
    ValueTask<SiteListing> ListAsync(SitePath folder, int maxEntries, CancellationToken cancellationToken);
}
