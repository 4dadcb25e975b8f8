#pragma once
// libpq as it is: every function that Store uses imports without a wrapper.
#include <libpq-fe.h>
