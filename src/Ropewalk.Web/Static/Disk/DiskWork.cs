using Ropewalk.Blocking;
using Ropewalk.Web.Static.Files;

namespace Ropewalk.Web.Static.Disk;

/// <summary>Sends work to the threads that may block, and says that they are all busy in the way that a disk's failure is said.</summary>
internal static class DiskWork
{
    public static Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default)
    {
        try
        {
            return BlockingWork.RunAsync(work, cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            return Task.FromException<T>(new DiskBusyException(e));
        }
    }
}
